package main

import (
	"slices"
	"strings"
	"testing"
)

func TestBlocksThatAreRequiredAreListedSo(t *testing.T) {
	tests := map[string][2]string{
		"beside others": {
			"### Required\n\n- `name` (String) Name.\n\n### Optional\n\n- `action` (Block, Optional) What follows. Required. (see below)\n- `match` (String) Match.\n\n### Read-Only",
			"### Required\n\n- `action` (Block) What follows. (see below)\n- `name` (String) Name.\n\n### Optional\n\n- `match` (String) Match.\n\n### Read-Only",
		},
		"where nothing else is": {
			"Nested\n\nOptional:\n\n- `targets` (Block List) Whom. Required. (see below)\n\nEnd",
			"Nested\n\nRequired:\n\n- `targets` (Block List) Whom. (see below)\n\nEnd",
		},
		"at the end of a page": {"Optional:\n\n- `a` (String) A.", "Optional:\n\n- `a` (String) A."},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			moved := moveRequired(strings.Split(test[0], "\n"))
			if !slices.Equal(moved, strings.Split(test[1], "\n")) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(moved, "\n"), test[1])
			}
		})
	}
}
