package tools

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// MirrorVariable names the environment variable with the folder of a Terraform
// filesystem mirror, for machines that reach no provider registry.
const MirrorVariable = "TF_PLUGIN_MIRROR"

const registry = "registry.terraform.io"

// AWSProvider is Terraform's AWS provider. Its path is the mirror's folder, or
// the empty string where Terraform downloads the provider.
var AWSProvider = newTool("Terraform's AWS provider",
	"give Terraform a way to "+registry+", or set "+MirrorVariable+" to a folder made by terraform providers mirror",
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
		if folder := filepath.Join(mirror, registry, "hashicorp", "aws"); !isFolder(folder) {
			return "", fmt.Errorf("%s is %s, but there is no folder %s", MirrorVariable, mirror, folder)
		}
		return mirror, nil
	})

func registryAnswers() error {
	client := http.Client{Timeout: 10 * time.Second}
	response, err := client.Get("https://" + registry + "/.well-known/terraform.json")
	if err != nil {
		return fmt.Errorf("%s is not set and the registry does not answer: %w", MirrorVariable, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s is not set and the registry answers %s", MirrorVariable, response.Status)
	}
	return nil
}
