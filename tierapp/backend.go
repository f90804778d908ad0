package tierapp

import (
	"fmt"
	"path/filepath"

	"github.com/aws/jsii-runtime-go"
	"github.com/hashicorp/terraform-cdk-go/cdktf"

	"github.com/neurocipher-io/kmstier/internal/environments"
)

// addBackend sets where Terraform keeps the state of a stack. CDKTF's default
// would be a file named by an absolute path.
func addBackend(stack cdktf.TerraformStack, backend environments.Backend, name, outdir string) error {
	if backend.Local != nil {
		// Terraform runs in the stack's folder, which the next synthesis rewrites;
		// the path in the file counts from the project's folder.
		stackFolder := filepath.Join(outdir, "stacks", name)
		path, err := relative(stackFolder, backend.Local.Path)
		if err != nil {
			return fmt.Errorf("the state %s cannot be named in the stack below %s: %w", backend.Local.Path, outdir, err)
		}
		cdktf.NewLocalBackend(stack, &cdktf.LocalBackendConfig{Path: jsii.String(filepath.ToSlash(path))})
		return nil
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
	return nil
}

// relative is the way from a folder to a path, both as the working directory counts them.
func relative(folder, path string) (string, error) {
	from, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	to, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.Rel(from, to)
}
