package provider

import (
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/signalcraft/terraform-provider-signalcraft/internal/api"
)

// everyManaged are the kinds whose resources have a body of the API's.
var everyManaged = managedKinds(&signalcraft{})

// configurationWith is a configuration in which only one place is known, at which this value is.
func configurationWith(objectType tftypes.Type, steps []string, value func(tftypes.Type) tftypes.Value) tftypes.Value {
	if len(steps) == 0 {
		return value(objectType)
	}
	switch objectType := objectType.(type) {
	case tftypes.Object:
		attributes := map[string]tftypes.Value{}
		for name, attribute := range objectType.AttributeTypes {
			attributes[name] = tftypes.NewValue(attribute, tftypes.UnknownValue)
		}
		attributes[steps[0]] = configurationWith(objectType.AttributeTypes[steps[0]], steps[1:], value)
		return tftypes.NewValue(objectType, attributes)
	case tftypes.List:
		return tftypes.NewValue(objectType,
			[]tftypes.Value{configurationWith(objectType.ElementType, steps, value)})
	default:
		panic("no blocks in " + objectType.String())
	}
}

// places yields each field of a body and of its parts, with the names that lead to it.
func places(body api.Schema, to []string, yield func([]string, api.Field)) {
	for _, name := range slices.Sorted(maps.Keys(body.Fields)) {
		steps := append(slices.Clone(to), name)
		field := body.Fields[name]
		yield(steps, field)
		if field.Part != "" {
			places(api.Schemas[field.Part], steps, yield)
		}
	}
}

// eachPlace runs a test for each field of each kind.
func eachPlace(t *testing.T, test func(t *testing.T, k kind, steps []string, field api.Field)) {
	for _, k := range everyManaged {
		places(api.Schemas[k.body], nil, func(steps []string, field api.Field) {
			t.Run(k.name+"."+strings.Join(steps, "."), func(t *testing.T) { test(t, k, steps, field) })
		})
	}
}

// refusals are what is found wrong, each with its place in front.
func refusals(k kind, configuration tftypes.Value) []string {
	var found []string
	for _, diagnostic := range checkConfiguration(k, configuration) {
		found = append(found, diagnostic.Summary()+": "+diagnostic.Detail())
	}
	return found
}

func nullIn(collection tftypes.Type) tftypes.Value {
	switch collection := collection.(type) {
	case tftypes.List:
		return tftypes.NewValue(collection, []tftypes.Value{tftypes.NewValue(collection.ElementType, nil)})
	case tftypes.Set:
		return tftypes.NewValue(collection, []tftypes.Value{tftypes.NewValue(collection.ElementType, nil)})
	default:
		element := collection.(tftypes.Map).ElementType
		return tftypes.NewValue(collection, map[string]tftypes.Value{"key": tftypes.NewValue(element, nil)})
	}
}

func TestANullInAnyCollectionIsRefusedAtItsPlace(t *testing.T) {
	eachPlace(t, func(t *testing.T, k kind, steps []string, field api.Field) {
		collection := field.Type == api.List || field.Type == api.Set || field.Type == api.Map
		if !collection || field.Part != "" {
			return
		}
		found := refusals(k, configurationWith(k.configurationType(), steps, nullIn))
		last := steps[len(steps)-1]
		if len(found) != 1 || !strings.Contains(found[0], "A null is not allowed in `") ||
			!strings.Contains(found[0], last) {
			t.Errorf("found %q", found)
		}
	})
}

func TestABlockThatIsRequiredIsAskedForByName(t *testing.T) {
	eachPlace(t, func(t *testing.T, k kind, steps []string, field api.Field) {
		if field.Part == "" || !field.Required {
			return
		}
		found := refusals(k, configurationWith(k.configurationType(), steps,
			func(of tftypes.Type) tftypes.Value {
				if list, ok := of.(tftypes.List); ok {
					return tftypes.NewValue(list, []tftypes.Value{})
				}
				return tftypes.NewValue(of, nil)
			}))
		last := steps[len(steps)-1]
		if len(found) != 1 || !strings.Contains(found[0], "Add "+article(last)+" `"+last+"` block.") {
			t.Errorf("found %q", found)
		}
	})
}

func TestANumberThatIsNoIntegerIsRefusedWhereOneIsNeeded(t *testing.T) {
	third := new(big.Float).Quo(big.NewFloat(1), big.NewFloat(3))
	huge, _, err := big.ParseFloat("1e300", 10, 512, big.ToNearestEven)
	if err != nil {
		t.Fatal(err)
	}
	eachPlace(t, func(t *testing.T, k kind, steps []string, field api.Field) {
		if field.Type != api.Integer {
			return
		}
		for number, says := range map[*big.Float]string{
			third: "Must be a whole number; this is 0.3333333333.", huge: "Must be between",
		} {
			found := refusals(k, configurationWith(k.configurationType(), steps,
				func(of tftypes.Type) tftypes.Value { return tftypes.NewValue(of, number) }))
			if len(found) != 1 || !strings.Contains(found[0], says) {
				t.Errorf("found %q", found)
			}
		}
	})
}

func TestWhatIsUnknownIsNotChecked(t *testing.T) {
	for _, k := range everyManaged {
		unknown := func(of tftypes.Type) tftypes.Value { return tftypes.NewValue(of, tftypes.UnknownValue) }
		for name := range api.Schemas[k.body].Fields {
			if found := refusals(k, configurationWith(k.configurationType(), []string{name}, unknown)); found != nil {
				t.Errorf("%s.%s: %q", k.name, name, found)
			}
		}
	}
}
