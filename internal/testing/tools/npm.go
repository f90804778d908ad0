package tools

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

const npmInstall = "run npm ci in the folder test"

// CDKTFCLI is the CDKTF command line; its path is the script that Node.js runs.
var CDKTFCLI = newTool("the CDKTF command line", npmInstall, func() (string, error) {
	folder, err := npmPackage("cdktf-cli")
	if err != nil {
		return "", err
	}
	script := filepath.Join(folder, "bundle", "bin", "cdktf")
	if !isFile(script) {
		return "", fmt.Errorf("no file %s", script)
	}
	return script, nil
})

// PolicySimulator is the IAM simulator that decides access cases; its path is
// the folder of its npm package.
var PolicySimulator = newTool("the IAM policy simulator", npmInstall, func() (string, error) {
	if _, err := npmPackage("@cloud-copilot/iam-policy"); err != nil {
		return "", err
	}
	return npmPackage("@cloud-copilot/iam-simulate")
})

// npmPackage returns the folder of an npm package and refuses a version other
// than the one that test/package.json pins: the simulator's verdicts belong to
// one version, and a stale installation would explain failures wrongly.
func npmPackage(name string) (string, error) {
	folder, err := Folder()
	if err != nil {
		return "", err
	}
	var manifest struct {
		DevDependencies map[string]string `json:"devDependencies"`
	}
	if err := readJSON(filepath.Join(folder, "package.json"), &manifest); err != nil {
		return "", err
	}
	installed := filepath.Join(folder, "node_modules", filepath.FromSlash(name))
	if !isFile(filepath.Join(installed, "package.json")) {
		return "", fmt.Errorf("the npm package %s is not in test/node_modules", name)
	}
	var found struct {
		Version string `json:"version"`
	}
	if err := readJSON(filepath.Join(installed, "package.json"), &found); err != nil {
		return "", err
	}
	if want := manifest.DevDependencies[name]; found.Version != want {
		return "", fmt.Errorf("test/node_modules has %s %s, test/package.json pins %s", name, found.Version, want)
	}
	return installed, nil
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// PlaywrightCore drives a browser; its path is the folder of its npm package.
var PlaywrightCore = newTool("playwright-core", npmInstall, func() (string, error) {
	return npmPackage("playwright-core")
})
