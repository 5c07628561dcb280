// Command checkgenerated runs the generators, and fails if a generated file was out of date. The files
// that it leaves are up to date, to be committed.
package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"log"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const module = ".."

func main() {
	log.SetFlags(0)
	if err := check(); err != nil {
		log.Fatal(err)
	}
}

func check() error {
	before, err := generated()
	if err != nil {
		return err
	}
	generate := exec.Command("go", "generate", "./...")
	generate.Dir = module
	if said, err := generate.CombinedOutput(); err != nil {
		return fmt.Errorf("go generate: %w\n%s", err, said)
	}
	after, err := generated()
	if err != nil {
		return err
	}
	var stale []string
	for _, name := range slices.Sorted(maps.Keys(merged(before, after))) {
		if !bytes.Equal(before[name], after[name]) {
			stale = append(stale, name)
		}
	}
	if stale != nil {
		return fmt.Errorf("these files were out of date, and are regenerated now: %s", strings.Join(stale, ", "))
	}
	return nil
}

// generated returns the contents of the generated files, by name.
func generated() (map[string][]byte, error) {
	files := map[string][]byte{}
	for _, folder := range []string{"docs", "internal"} {
		err := filepath.WalkDir(filepath.Join(module, folder), func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			if folder == "internal" && !strings.HasSuffix(name, ".gen.go") {
				return nil
			}
			files[name], err = os.ReadFile(name)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return files, nil
}

func merged(one, other map[string][]byte) map[string][]byte {
	both := maps.Clone(one)
	maps.Copy(both, other)
	return both
}
