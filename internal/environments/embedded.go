package environments

import _ "embed"

// JsonSchema is the JSON schema of the file, by which editors complete and check it.
//
//go:embed environments.schema.json
var JsonSchema []byte
