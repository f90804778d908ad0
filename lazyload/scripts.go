package lazyload

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// scripts are the sources that run inside Node.
//
//go:embed preload/*.js
var scripts embed.FS

// entryScript is the one that Node is told to load. It loads the others.
const entryScript = "preload.js"

// installScripts makes sure that the scripts are in the user's cache and
// nobody else could have written them, and returns the path of the entry script.
func installScripts() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("the user has no cache folder: %w", err)
	}
	return installScriptsIn(cache)
}

func installScriptsIn(cache string) (string, error) {
	files, err := readScripts()
	if err != nil {
		return "", err
	}
	// The folder is named after its content, so that apps with different
	// versions of this package never write to the same one.
	folder := filepath.Join(cache, "kmstier", "lazyload", digest(files))
	if !filepath.IsAbs(folder) {
		return "", fmt.Errorf("the user's cache folder %s is not an absolute path", cache)
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", fmt.Errorf("cannot use the user's cache: %w", err)
	}
	// From here on only the resolved path is used: it is the one that is checked,
	// and no link in it can be pointed elsewhere afterwards.
	if folder, err = filepath.EvalSymlinks(folder); err != nil {
		return "", fmt.Errorf("cannot use the user's cache: %w", err)
	}
	if err := trustFolder(folder); err != nil {
		return "", err
	}
	for _, file := range files {
		if err := installFile(filepath.Join(folder, file.name), file.content); err != nil {
			return "", fmt.Errorf("cannot use the user's cache: %w", err)
		}
	}
	return filepath.Join(folder, entryScript), nil
}

type script struct {
	name    string
	content []byte
}

func readScripts() ([]script, error) {
	entries, err := scripts.ReadDir("preload")
	if err != nil {
		return nil, err
	}
	var files []script
	for _, entry := range entries {
		content, err := scripts.ReadFile("preload/" + entry.Name())
		if err != nil {
			return nil, err
		}
		files = append(files, script{entry.Name(), content})
	}
	return files, nil
}

// digest names the content of all files, in the order of their names.
func digest(files []script) string {
	hash := sha256.New()
	for _, file := range files {
		fmt.Fprintf(hash, "%s %d\n", file.name, len(file.content))
		hash.Write(file.content)
	}
	return hex.EncodeToString(hash.Sum(nil))[:32]
}

// installFile writes a file unless it is there as it should be. It appears
// whole or not at all, whoever else is doing the same.
func installFile(path string, content []byte) error {
	err := checkFile(path, content)
	if err == nil {
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errOtherContent) {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	_, err = temporary.Write(content)
	err = errors.Join(err, temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return nil
}

var errOtherContent = errors.New("the file has other content")

func checkFile(path string, content []byte) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file", path)
	}
	if err := trustOwner(path, info, os.Geteuid(), false); err != nil {
		return err
	}
	found, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if !bytes.Equal(found, content) {
		return errOtherContent
	}
	return nil
}
