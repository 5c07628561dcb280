package provider

import "testing"

func TestProviderDataOfAnotherTypeIsADiagnostic(t *testing.T) {
	if configured, found := sessionFrom("not a session"); configured != nil || !found.HasError() {
		t.Errorf("got %v and %v, want an error", configured, found)
	}
	if configured, found := sessionFrom(nil); configured != nil || len(found) > 0 {
		t.Errorf("before it is configured: got %v and %v, want neither", configured, found)
	}
	if configured, found := sessionFrom(&session{}); configured == nil || len(found) > 0 {
		t.Errorf("configured: got %v and %v, want the session", configured, found)
	}
}
