package provider

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// server is the real one, on a database of its own; all tests share it, each with names of its own.
var server struct {
	endpoint, key string
}

func TestMain(m *testing.M) {
	stop, err := startServer()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Setenv(endpointVariable, server.endpoint)
	os.Setenv(keyVariable, server.key)
	os.Setenv("CHECKPOINT_DISABLE", "1")
	code := m.Run()
	stop()
	os.Exit(code)
}

const serverVariable = "SIGNALCRAFT_TEST_SERVER"

var (
	addressLine = regexp.MustCompile(`https?://\S+`)
	keyLine     = regexp.MustCompile(`^sck_\S+$`)
)

// startServer runs `signalcraft serve --dev` in a folder that stop removes.
func startServer() (stop func(), err error) {
	program := os.Getenv(serverVariable)
	if program == "" {
		program = filepath.Join("..", "..", "..", ".venv", "bin", "signalcraft")
	}
	if program, err = filepath.Abs(program); err != nil {
		return nil, err
	}
	if _, err := os.Stat(program); err != nil {
		return nil, fmt.Errorf("these tests need a real server, and there is none at %s: set %s to the "+
			"signalcraft executable", program, serverVariable)
	}
	folder, err := os.MkdirTemp("", "signalcraft-")
	if err != nil {
		return nil, err
	}
	command := exec.Command(program, "serve", "--dev", "--port", "0")
	command.Dir = folder
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var said bytes.Buffer
	output, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	command.Stdout, command.Stderr = write, write
	if err := command.Start(); err != nil {
		return nil, err
	}
	write.Close()
	stop = func() {
		syscall.Kill(-command.Process.Pid, syscall.SIGTERM)
		command.Wait()
		os.RemoveAll(folder)
	}
	// A server that says nothing for so long won't.
	watchdog := time.AfterFunc(time.Minute, stop)
	defer watchdog.Stop()
	lines := bufio.NewScanner(io.TeeReader(output, &said))
	for lines.Scan() {
		if keyLine.MatchString(lines.Text()) {
			server.key = lines.Text()
		}
		if address := addressLine.FindString(lines.Text()); address != "" {
			server.endpoint = address
		}
		if server.key != "" && server.endpoint != "" {
			go io.Copy(io.Discard, output)
			return stop, nil
		}
	}
	stop()
	return nil, fmt.Errorf("the server didn't start; it said:\n%s", &said)
}

// terraform runs the steps with a real Terraform and this provider, in parallel with other tests.
func terraform(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.ParallelTest(t, resource.TestCase{
		IsUnitTest: true,
		ProtoV6ProviderFactories: map[string]func() (tfprotov6.ProviderServer, error){
			"signalcraft": func() (tfprotov6.ProviderServer, error) { return NewServer("test")(), nil },
		},
		Steps: steps,
	})
}

// call sends a request of somebody else's: no manager, and no provider, is involved. What comes
// back is decoded; an answer that isn't a success fails the test.
func call(t *testing.T, method, path string, header http.Header, body any) map[string]any {
	t.Helper()
	status, answer := tryCall(t, method, path, header, body)
	if status/100 != 2 {
		t.Fatalf("%s %s: %d %v", method, path, status, answer)
	}
	return answer
}

func tryCall(
	t *testing.T, method, path string, header http.Header, body any,
) (int, map[string]any) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(method, server.endpoint+path, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header.Clone()
	if request.Header == nil {
		request.Header = http.Header{}
	}
	request.Header.Set("Authorization", "Bearer "+server.key)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	return response.StatusCode, answer
}
