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
//go:embed preload/*.cjs
var scripts embed.FS

// entryScript is the one that Node is told to load. It loads the others.
const entryScript = "preload.cjs"

// folderName is the name of the folder that has a folder for each version.
const folderName = "lazyload"

// installScripts writes the scripts and the starter into the user's cache, where
// nobody else could change them, and returns their folder.
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
	folder := filepath.Join(cache, "kmstier", folderName, digest(files))
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
		if err := writeFile(filepath.Join(folder, file.name), file); err != nil {
			return "", fmt.Errorf("cannot use the user's cache: %w", err)
		}
	}
	return folder, nil
}

type script struct {
	name    string
	content []byte
	mode    fs.FileMode
}

func readScripts() ([]script, error) {
	entry, err := bundle()
	return []script{{starterName, []byte(starter), 0o700}, {entryScript, entry, 0o600}}, err
}

// bundle makes one script of all of them, which is quicker to write and to load:
// each a function of what it exports and of how it asks for others.
func bundle() ([]byte, error) {
	entries, err := scripts.ReadDir("preload")
	if err != nil {
		return nil, err
	}
	var all bytes.Buffer
	all.WriteString("'use strict';\n\nconst scripts = {\n")
	for _, entry := range entries {
		content, err := scripts.ReadFile("preload/" + entry.Name())
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&all, "'./%s'(module, require) {\n%s},\n", entry.Name(), content)
	}
	all.WriteString(`};

const loaded = new Map();

function load(name) {
  if (!Object.hasOwn(scripts, name)) return require(name);
  if (!loaded.has(name)) {
    const module = { exports: {} };
    loaded.set(name, module);
    scripts[name](module, load);
  }
  return loaded.get(name).exports;
}

load('./` + entryScript + `');
`)
	return all.Bytes(), nil
}

// digest names the content of all files, in their order.
func digest(files []script) string {
	hash := sha256.New()
	for _, file := range files {
		fmt.Fprintf(hash, "%s %d\n", file.name, len(file.content))
		hash.Write(file.content)
	}
	return hex.EncodeToString(hash.Sum(nil))[:32]
}

// writeFile puts a file in its place. Each start writes a new one: whoever had the
// one before it open, from a time when permissions were wider, has that one. The
// file appears whole or not at all, whoever else is doing the same.
func writeFile(path string, file script) error {
	// One that is not a file was not put there by this package.
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file", path)
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	_, err = temporary.Write(file.content)
	err = errors.Join(err, temporary.Chmod(file.mode), temporary.Close())
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temporary.Name()))
	}
	return nil
}
