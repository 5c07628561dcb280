package provider

import (
	"encoding/json"
	"math/big"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestAPlannedBodySaysWhatIsNotKnownYet(t *testing.T) {
	resourceType := schedules.configurationType()
	attributes := map[string]tftypes.Value{}
	for name, of := range resourceType.(tftypes.Object).AttributeTypes {
		attributes[name] = tftypes.NewValue(of, nil)
	}
	rotationType := resourceType.(tftypes.Object).AttributeTypes["rotations"].(tftypes.List).ElementType
	rotation := map[string]tftypes.Value{}
	for name, of := range rotationType.(tftypes.Object).AttributeTypes {
		rotation[name] = tftypes.NewValue(of, nil)
	}
	texts := tftypes.List{ElementType: tftypes.String}
	rotation["participants"] = tftypes.NewValue(texts, []tftypes.Value{
		tftypes.NewValue(tftypes.String, "user_1"), tftypes.NewValue(tftypes.String, tftypes.UnknownValue),
	})
	rotation["shift_length"] = tftypes.NewValue(tftypes.Number, big.NewFloat(2))
	attributes["name"] = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	attributes["rotations"] = tftypes.NewValue(tftypes.List{ElementType: rotationType}, []tftypes.Value{
		tftypes.NewValue(rotationType, rotation),
	})
	body, err := schedules.plannedBody(tftypes.NewValue(resourceType, attributes))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"/name", "/rotations/0/participants/1"}; !slices.Equal(body.unknown, want) {
		t.Errorf("unknown are %v, want %v", body.unknown, want)
	}
	text, err := json.Marshal(body.fields)
	want := `{"name":null,"rotations":[{"participants":["user_1",null],"shift_length":2}]}`
	if err != nil || string(text) != want {
		t.Errorf("it is %s (%v), want %s", text, err, want)
	}
}
