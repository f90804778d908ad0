package cmk

import (
	_ "embed"
	"encoding/json"
	"sync"
)

//go:generate go run ./generate -out schema.json

//go:embed schema.json
var schemaFile []byte

// Schema is what the AWS provider says of keys.
type Schema struct {
	// Provider is its source address, Version its version.
	Provider, Version string
	// Types are the paths of the attributes that may take a key, by resource type.
	Types map[string][]string
}

// ProviderSchema is the schema that the rules were written for. It is read from
// a file that go generate makes.
var ProviderSchema = sync.OnceValue(func() Schema {
	var schema Schema
	if err := json.Unmarshal(schemaFile, &schema); err != nil {
		panic(err) // the file is part of the package, and a test reads it
	}
	return schema
})
