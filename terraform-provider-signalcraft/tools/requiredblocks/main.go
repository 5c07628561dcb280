// Command requiredblocks lists the blocks that a resource needs as required in its documentation.
// Terraform's schema can't say it of a block without taking over the check, whose message doesn't
// say what to add; so the documentation's generator lists every block as optional.
package main

import (
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// marker ends the description of such a block.
const marker = " Required. ("

func main() {
	log.SetFlags(0)
	pages, err := filepath.Glob(filepath.Join("..", "docs", "resources", "*.md"))
	if err != nil || len(pages) == 0 {
		log.Fatalf("no pages: %v", err)
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			log.Fatal(err)
		}
		moved := strings.Join(moveRequired(strings.Split(string(text), "\n")), "\n")
		if err := os.WriteFile(page, []byte(moved), 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// moveRequired moves such blocks to the list of what is required, which comes before that of what is
// optional, or is made there.
func moveRequired(lines []string) []string {
	var page []string
	for len(lines) > 0 {
		at := slices.IndexFunc(lines, func(line string) bool {
			return line == "### Optional" || line == "Optional:"
		})
		if at < 0 {
			break
		}
		// The list follows an empty line and ends with one, or with the page.
		end := at + 2
		for end < len(lines) && lines[end] != "" {
			end++
		}
		required, optional := split(lines[at+2 : end])
		page = append(page, lines[:at]...)
		if len(required) > 0 {
			page = addRequired(page, required, strings.Replace(lines[at], "Optional", "Required", 1))
		}
		if len(optional) > 0 {
			page = append(append(page, lines[at], ""), optional...)
		} else {
			end++
		}
		lines = lines[min(end, len(lines)):]
	}
	return append(page, lines...)
}

func split(entries []string) (required, optional []string) {
	for _, entry := range entries {
		if before, after, found := strings.Cut(entry, marker); found {
			before = strings.NewReplacer("(Block, Optional)", "(Block)").Replace(before)
			required = append(required, before+" ("+after)
			continue
		}
		optional = append(optional, entry)
	}
	return required, optional
}

// addRequired adds entries to the list that ends the page so far, if it is that of what is required.
func addRequired(page, entries []string, heading string) []string {
	start := len(page) - 1
	for start > 0 && page[start-1] != "" {
		start--
	}
	listed := page[start : len(page)-1]
	if start < 2 || page[start-2] != heading {
		return append(append(append(page, heading, ""), entries...), "")
	}
	all := append(slices.Clone(listed), entries...)
	slices.Sort(all)
	return append(append(page[:start], all...), "")
}
