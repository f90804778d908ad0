package tools

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// Folder returns the repository's test folder, where the npm packages are
// installed. It is searched from the working directory upwards, which "go test"
// sets to the folder of the package under test; the source path compiled into
// the binary would be wrong under -trimpath.
var Folder = sync.OnceValues(func() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for at := start; ; at = filepath.Dir(at) {
		folder := filepath.Join(at, "test")
		if isFile(filepath.Join(at, "go.mod")) && isFile(filepath.Join(folder, "package.json")) {
			return folder, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("no folder at or above %s has both go.mod and test/package.json", start)
		}
	}
})

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
