package provider

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// saying matches an error that says all of these, wherever Terraform breaks its lines.
func saying(words ...string) *regexp.Regexp {
	var pattern strings.Builder
	pattern.WriteString("(?s)")
	for _, phrase := range words {
		var escaped []string
		for word := range strings.FieldsSeq(phrase) {
			escaped = append(escaped, regexp.QuoteMeta(word))
		}
		pattern.WriteString(".*" + strings.Join(escaped, `\s+`))
	}
	return regexp.MustCompile(pattern.String())
}

func TestMistakesAreNamedWhereTheyAre(t *testing.T) {
	call(t, "POST", teams.collection, nil, map[string]any{"name": "Taken"})
	tests := map[string]struct {
		config string
		says   []string
	}{
		"a name that isn't what it looks like": {
			`resource "signalcraft_team" "t" { name = "Pay\u202etnem" }`,
			[]string{"Must be one line, without tabs, control characters or invisible characters."},
		},
		"bounds, before anything is asked": {
			`resource "signalcraft_escalation_policy" "p" {
			   name         = ""
			   repeat_times = 10
			 }
			 resource "signalcraft_escalation_policy" "named" {
			   name = "Mistaken"
			   rules {
			     delay_minutes = 0
			     targets {
			       type = "team"
			       id   = "Database"
			     }
			   }
			 }
			 resource "signalcraft_schedule" "s" {
			   name      = "Mistaken"
			   time_zone = "UTC"
			   rotations {
			     name         = "r"
			     participants = []
			     starts_at    = "2026-01-05T09:00:00"
			     shift_length = 1
			     shift_unit   = "month"
			   }
			 }
			 resource "signalcraft_team" "t" {
			   name       = "Mistaken"
			   member_ids = ["Bob"]
			 }`,
			[]string{
				"Missing block: rules", "Add a `rules` block.",
				"Not accepted: name", "Must have between 1 and 400 characters; this has 0.",
				"Not accepted: repeat_times", "Must be between 0 and 9; this is 10.",
				"Not accepted: rules[0].targets[0].id",
				`Must be the id of a schedule, user or team; this is "Database". Refer to the resource, such as signalcraft_schedule.NAME.id, or look it up: data.signalcraft_schedule.NAME.id.`,
				"rotations[0].participants", "Must have between 1 and 200 entries; this has 0.",
				"rotations[0].shift_unit", `Must be one of hour, day, week; this is "month".`,
				"Not accepted: member_ids",
				`Must be the id of a user; this is "Bob". Refer to the resource, such as signalcraft_user.NAME.id`,
			},
		},
		"a zone that isn't one": {
			`resource "signalcraft_schedule" "s" {
			   name      = "Mistaken"
			   time_zone = "Berlin"
			 }`,
			[]string{"Not accepted: time_zone", `time_zone = "Berlin"`, "not an IANA time zone. Did you mean 'Europe/Berlin'?"},
		},
		"an unknown user": {
			`resource "signalcraft_team" "t" {
			   name       = "Mistaken"
			   member_ids = ["user_01m852js7aee1v2mzf5bgh38h3"]
			 }`,
			[]string{"Not accepted: member_ids (user_01m852js7aee1v2mzf5bgh38h3)"},
		},
		"two at once": {
			`resource "signalcraft_escalation_policy" "p" {
			   name = "Mistaken"
			   rules {
			     delay_minutes = 5
			     targets {
			       type = "user"
			       id   = "user_01m852js7aee1v2mzf5bgh38h3"
			     }
			   }
			   rules {
			     delay_minutes = 5
			     targets {
			       type = "team"
			       id   = "user_01m852js7aee1v2mzf5bgh38h3"
			     }
			   }
			 }`,
			[]string{"Not accepted: rules[1].delay_minutes", "delay_minutes = 5", "Must be greater than 5",
				"Not accepted: rules[1].targets[0].id"},
		},
		"a name that is taken": {
			`resource "signalcraft_team" "t" {
			   name = "Taken"
			 }`,
			[]string{`There is already a team with the name "Taken"`, `import {`, `to = signalcraft_team.NAME`, `id = "team_`},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			terraform(t, resource.TestStep{Config: test.config, ExpectError: saying(test.says...)})
		})
	}
}

func TestImportingWhatIsNotThereSaysWhereItLooked(t *testing.T) {
	terraform(t, resource.TestStep{
		Config: `
import {
  to = signalcraft_team.team
  id = "No such team"
}
` + teamConfig("No such team", ""),
		ExpectError: saying(`There is no team with the name "No such team"`, `workspace "Development" (ws_`),
	})
}

func TestAProviderThatCannotWorkSaysWhatToSet(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	proxy := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(proxy.Close)
	tests := map[string]struct {
		block string
		says  []string
	}{
		"a key with a typo":       {`api_key = "sck_0000"`, []string{"The API key is not accepted", "SIGNALCRAFT_API_KEY"}},
		"another service's key":   {`api_key = "ghp_0000"`, []string{"The API key is not accepted", "API keys begin with `sck_`"}},
		"a key in quotes":         {`api_key = "\"sck_0000\""`, []string{"The API key is not accepted", "this one is in quotes. Remove them."}},
		"no key":                  {`api_key = ""`, []string{"No API key", "SIGNALCRAFT_API_KEY"}},
		"a server that is down":   {fmt.Sprintf("endpoint = %q", "http://"+closed.Addr().String()), []string{"can't be reached", closed.Addr().String(), "connection refused", "SIGNALCRAFT_ENDPOINT"}},
		"something else there":    {fmt.Sprintf("endpoint = %q", proxy.URL), []string{"Something other than SignalCraft answered", "404 Not Found"}},
		"no address":              {`endpoint = "signalcraft.example.com"`, []string{"is not a web address"}},
		"an address with /v1":     {`endpoint = "https://signalcraft.example.com/v1/"`, []string{"Leave /v1 off"}},
		"an address with a key":   {`endpoint = "https://key@signalcraft.example.com"`, []string{"Write only scheme, host"}},
		"another workspace":       {`workspace_id = "ws_01m852j0abegxsqm25tg5z6bzg"`, []string{"another workspace's API key", "ws_01m852j0abegxsqm25tg5z6bzg", `"Development"`}},
		"no duration":             {`retry_timeout = "soon"`, []string{"Not a duration"}},
		"a file, not what it has": {`ca_certificate = "ca.pem"`, []string{"Not a certificate", "file("}},
		"a setting that comes later": {
			`source_url = terraform_data.later.id`, []string{"source_url is not known yet"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			terraform(t, resource.TestStep{
				Config: `
resource "terraform_data" "later" {}

provider "signalcraft" {
  ` + test.block + `
}
` + teamConfig("Never made", ""),
				ExpectError: saying(test.says...),
			})
		})
	}
}
