// Command generate writes the Go code that follows from the API's OpenAPI document: the types of
// the resources' bodies, and what the document says about each of their fields.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	log.SetFlags(0)
	document := flag.String("openapi", "", "the OpenAPI document to read")
	into := flag.String("into", "", "the folder of the package to write")
	flag.Parse()
	if err := generate(*document, *into); err != nil {
		log.Fatalf("generate: %v", err)
	}
}

func generate(document, into string) error {
	text, err := os.ReadFile(document)
	if err != nil {
		return err
	}
	described, err := readSchemas(text, bodies)
	if err != nil {
		return fmt.Errorf("%s: %w", document, err)
	}
	all, err := readSchemas(text, slices.Concat(bodies, answers))
	if err != nil {
		return fmt.Errorf("%s: %w", document, err)
	}
	if err := write(into, "model.gen.go", described, modelSource); err != nil {
		return err
	}
	return write(into, "types.gen.go", all, typesSource)
}

type source func(map[string]*schema) ([]byte, error)

func write(folder, file string, schemas map[string]*schema, source source) error {
	text, err := source(schemas)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(filepath.Join(folder, file), text, 0o644)
}
