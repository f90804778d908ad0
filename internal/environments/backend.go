package environments

import (
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Backend is where Terraform keeps an environment's state. Exactly one of its
// fields is set.
type Backend struct {
	// State in an S3 bucket.
	S3 *S3Backend `yaml:"s3"`

	// State in a file, for trying things out.
	Local *LocalBackend `yaml:"local"`
}

// S3Backend keeps Terraform's state in an S3 bucket.
type S3Backend struct {
	// Name of the state bucket.
	Bucket string `yaml:"bucket" rule:"text,required"`

	// Name of the state object in the bucket.
	Key string `yaml:"key" rule:"text,required"`

	// Region of the state bucket, one of allowed_regions if there are any.
	Region string `yaml:"region" rule:"region,required"`

	// Name of the DynamoDB table that locks the state. Default: none.
	DynamodbTable string `yaml:"dynamodb_table" rule:"text"`

	// Whether a lock object in the bucket locks the state; Terraform 1.10 and later.
	// Default false.
	UseLockfile bool `yaml:"use_lockfile"`

	// ARN of the key that encrypts the state. Default: the bucket's own setting.
	KmsKeyId string `yaml:"kms_key_id" rule:"text"`
}

// LocalBackend keeps Terraform's state in a file.
type LocalBackend struct {
	// The state file, relative to the folder of cdktf.json. It never leaves that
	// folder, and never lies in cdktf.out, which every synthesis rewrites.
	Path string `yaml:"path" rule:"path,required"`
}

// sharedStates reports environments that keep their state in one place: each
// apply would destroy the keys of the other.
func (c *checker) sharedStates() {
	owners := map[string]string{}
	for _, environment := range c.environmentPaths() {
		backend := environment.with("backend")
		for _, state := range []struct {
			at       fieldPath
			identity string
		}{
			{backend.with("s3").with("key"), s3State(c.root, backend)},
			{backend.with("local").with("path"), localState(c.root, backend)},
		} {
			if state.identity == "" {
				continue
			}
			if owner, taken := owners[state.identity]; taken {
				c.report(state.at, sharedState(state.identity, owner))
				continue
			}
			owners[state.identity] = environmentOf(environment)
		}
	}
}

func s3State(root *yaml.Node, backend fieldPath) string {
	bucket := stringAt(root, backend.with("s3").with("bucket"))
	key := stringAt(root, backend.with("s3").with("key"))
	if bucket == "" || key == "" {
		return ""
	}
	return "s3://" + bucket + "/" + key
}

func localState(root *yaml.Node, backend fieldPath) string {
	file := stringAt(root, backend.with("local").with("path"))
	if file == "" {
		return ""
	}
	return path.Clean(strings.ReplaceAll(file, `\`, "/"))
}
