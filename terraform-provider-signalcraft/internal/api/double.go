package api

import (
	"math/big"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Double is a double-precision number. Terraform computes with 512 bits; what is sent is the double
// that is nearest to the configuration's number.
type Double float64

// FromTerraform5Value reads a number that is known.
func (d *Double) FromTerraform5Value(value tftypes.Value) error {
	var exact big.Float
	if err := value.As(&exact); err != nil {
		return err
	}
	nearest, _ := exact.Float64()
	*d = Double(nearest)
	return nil
}

// ToTerraform5Value is the number as Terraform has it.
func (d Double) ToTerraform5Value() (any, error) {
	return big.NewFloat(float64(d)), nil
}
