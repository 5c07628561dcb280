package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
)

// sameDouble plans no change where only the digits differ that a double doesn't hold: HCL computes
// with 512 bits, so 1 - 0.99 isn't the 0.01 that the API stores.
type sameDouble struct{}

func (sameDouble) Description(context.Context) string {
	return "Compared as a double-precision number."
}

func (s sameDouble) MarkdownDescription(ctx context.Context) string {
	return s.Description(ctx)
}

func (sameDouble) PlanModifyFloat64(
	_ context.Context, request planmodifier.Float64Request, response *planmodifier.Float64Response,
) {
	before, planned := request.StateValue, request.PlanValue
	if before.IsNull() || planned.IsNull() || planned.IsUnknown() {
		return
	}
	if before.ValueFloat64() == planned.ValueFloat64() {
		response.PlanValue = before
	}
}
