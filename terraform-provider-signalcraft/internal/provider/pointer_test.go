package provider

import (
	"testing"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

func TestAPointerLeadsToThePlaceInTheConfiguration(t *testing.T) {
	member := "user_01m852js7aee1v2mzf5bgh38h3"
	tests := []struct {
		body           string
		document       any
		pointer        string
		attribute, hcl string
	}{
		{"Team", nil, "/name", "name", "name"},
		{"EscalationPolicy", nil, "/rules/1/targets/0/id", "rules[1].targets[0].id", "rules[1].targets[0].id"},
		{"Schedule", nil, "/rotations/0/participants/2", "rotations[0].participants[2]", "rotations[0].participants[2]"},
		{"RoutingRule", nil, "/action/suppress", "action.suppress", "action.suppress"},
		{"RoutingRule", nil, "/action", "action", "action"},
		{"Service", nil, "/labels/a~1b~0c", `labels["a/b~c"]`, `labels["a/b~c"]`},
		{"AlertPolicy", nil, "/conditions/3/labels/x", `conditions[3].labels["x"]`, `conditions[3].labels["x"]`},
		// Sets have no numbers.
		{"Team", map[string]any{"member_ids": []any{"", member}}, "/member_ids/1",
			"member_ids", "member_ids (" + member + ")"},
		// What this provider doesn't know leads as far as it does.
		{"Team", nil, "/colour", "", ""},
		{"EscalationPolicy", nil, "/rules/1/colour", "rules[1]", "rules[1]"},
		{"Team", nil, "", "", ""},
	}
	for _, test := range tests {
		found := placeOf(api.Schemas[test.body], test.pointer, test.document)
		if found.attribute.String() != test.attribute || found.hcl != test.hcl {
			t.Errorf("%s%s leads to %s, in words %s; want %s, %s",
				test.body, test.pointer, found.attribute, found.hcl, test.attribute, test.hcl)
		}
	}
}
