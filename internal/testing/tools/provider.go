package tools

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// MirrorVariable names the environment variable with the folder of a Terraform
// filesystem mirror, for machines that reach no provider registry. OpenTofu takes
// what is there for Terraform.
const MirrorVariable = "TF_PLUGIN_MIRROR"

// AWSProvider is Terraform's AWS provider. Its path is the mirror's folder, or
// the empty string where Terraform downloads the provider.
var AWSProvider = newTool("Terraform's AWS provider",
	"give Terraform a way to its registry, or set "+MirrorVariable+" to a folder made by terraform providers mirror",
	func() (string, error) {
		mirror := os.Getenv(MirrorVariable)
		if mirror == "" {
			return "", registryAnswers()
		}
		// Terraform resolves the path of a mirror against its own working
		// directory, which is not the one of the person who set the variable.
		mirror, err := filepath.Abs(mirror)
		if err != nil {
			return "", err
		}
		if mirrored(mirror) == "" {
			return "", fmt.Errorf("%s is %s, but there is no folder hashicorp/aws of a registry in it", MirrorVariable, mirror)
		}
		return mirror, nil
	})

// mirrored is the registry that the mirror's AWS provider was taken from.
func mirrored(mirror string) string {
	for _, registry := range registries {
		if isFolder(filepath.Join(mirror, registry, "hashicorp", "aws")) {
			return registry
		}
	}
	return ""
}

// mirrorFor is the mirror as the program needs it. Where the providers are those of
// the other program's registry, which are the same, it is made of links in the
// folder. Only the last step of a path in a mirror may be a link.
func mirrorFor(registry, mirror, folder string) (string, error) {
	if mirror == "" || isFolder(filepath.Join(mirror, registry, "hashicorp", "aws")) {
		return mirror, nil
	}
	from, err := filepath.EvalSymlinks(filepath.Join(mirror, mirrored(mirror)))
	if err != nil {
		return "", err
	}
	made := filepath.Join(folder, "mirror")
	return made, filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(made, registry, relative)
		// namespace/type/version/platform, or an archive beside the versions.
		isLast := strings.Count(filepath.ToSlash(relative), "/") == 3
		if entry.IsDir() && !isLast {
			return os.MkdirAll(target, 0o700)
		}
		if err := os.Symlink(path, target); err != nil {
			return err
		}
		if entry.IsDir() {
			return fs.SkipDir
		}
		return nil
	})
}

func registryAnswers() error {
	program, err := terraform()
	if err != nil {
		return err
	}
	client := http.Client{Timeout: 10 * time.Second}
	response, err := client.Get("https://" + program.registry + "/.well-known/terraform.json")
	if err != nil {
		return fmt.Errorf("%s is not set and the registry does not answer: %w", MirrorVariable, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s is not set and the registry answers %s", MirrorVariable, response.Status)
	}
	return nil
}
