package environments

import (
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Backend is where Terraform keeps an environment's state. Exactly one of its
// fields is set.
type Backend struct {
	// S3 keeps the state in an S3 bucket.
	S3 *S3Backend `yaml:"s3"`

	// Local keeps the state in a file, for trying things out.
	Local *LocalBackend `yaml:"local"`
}

// S3Backend keeps Terraform's state in an S3 bucket.
type S3Backend struct {
	// Bucket is the name of the state bucket.
	Bucket string `yaml:"bucket"`

	// Key is the name of the state object in the bucket.
	Key string `yaml:"key"`

	// Region is the region of the state bucket: us-east-1 or ca-central-1.
	Region string `yaml:"region"`

	// DynamodbTable is the name of the DynamoDB table that locks the state.
	// Empty means none.
	DynamodbTable string `yaml:"dynamodb_table"`

	// UseLockfile says that an object beside the state locks it. Terraform 1.10
	// and later can do so.
	UseLockfile bool `yaml:"use_lockfile"`

	// KmsKeyId is the ARN of the key that encrypts the state. Empty means the
	// bucket's own setting.
	KmsKeyId string `yaml:"kms_key_id"`
}

// LocalBackend keeps Terraform's state in a file.
type LocalBackend struct {
	// Path is the state file, relative to the folder of cdktf.json. It never
	// leaves that folder, and never lies in cdktf.out, which every synthesis
	// rewrites.
	Path string `yaml:"path"`
}

// sharedStates reports environments that keep their state in one place: each
// apply would destroy the keys of the other. It reads nodes, so that it finds
// them in a file with other problems too.
func sharedStates(name string, root *yaml.Node) []Problem {
	var problems []Problem
	owners := map[string]string{}
	for _, environment := range names(find(root, fieldPath{"environments"})) {
		backend := fieldPath{"environments", environment, "backend"}
		for _, place := range []struct {
			at       fieldPath
			identity string
		}{
			{backend.with("s3").with("key"), s3State(root, backend)},
			{backend.with("local").with("path"), localState(root, backend)},
		} {
			if place.identity == "" {
				continue
			}
			if owner, taken := owners[place.identity]; taken {
				problems = append(problems, Problem{position(name, root, place.at), sharedState(place.identity, owner)})
				continue
			}
			owners[place.identity] = environment
		}
	}
	return problems
}

func s3State(root *yaml.Node, backend fieldPath) string {
	bucket := text(root, backend.with("s3").with("bucket"))
	key := text(root, backend.with("s3").with("key"))
	if bucket == "" || key == "" {
		return ""
	}
	return "s3://" + bucket + "/" + key
}

func localState(root *yaml.Node, backend fieldPath) string {
	file := text(root, backend.with("local").with("path"))
	if file == "" {
		return ""
	}
	return path.Clean(strings.ReplaceAll(file, `\`, "/"))
}
