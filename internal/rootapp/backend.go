package rootapp

import (
	"fmt"
	"path/filepath"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/environments"
)

// AddBackend sets where Terraform keeps the state of a stack. CDKTF's default
// would be a file named by an absolute path.
func AddBackend(stack cdktf.TerraformStack, backend environments.Backend, name, outdir string) {
	if backend.Local != nil {
		// Terraform runs in the stack's folder, which the next synthesis rewrites;
		// the path in the file counts from the project's folder.
		stackFolder := filepath.Join(outdir, "stacks", name)
		path, err := filepath.Rel(absolute(stackFolder), absolute(backend.Local.Path))
		if err != nil {
			panic(fmt.Sprintf("no relative path from %s to %s: %v", stackFolder, backend.Local.Path, err))
		}
		cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String(filepath.ToSlash(path))})
		return
	}
	config := &cdktf.S3BackendConfig{
		Bucket:  &backend.S3.Bucket,
		Key:     &backend.S3.Key,
		Region:  &backend.S3.Region,
		Encrypt: jsii.Bool(true),
	}
	if backend.S3.DynamodbTable != "" {
		config.DynamodbTable = &backend.S3.DynamodbTable
	}
	if backend.S3.KmsKeyId != "" {
		config.KmsKeyId = &backend.S3.KmsKeyId
	}
	s3 := cdktf.NewS3Backend(stack, config)
	if backend.S3.UseLockfile {
		s3.AddOverride(jsii.String("use_lockfile"), true)
	}
}

func absolute(path string) string {
	absolute, err := filepath.Abs(path)
	if err != nil {
		panic(fmt.Sprintf("the working directory is not known: %v", err))
	}
	return absolute
}
