//go:build unix

package lazyload

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// useCache makes dir the folder above the user's cache, for this process.
func useCache(t *testing.T, dir string) {
	t.Helper()
	t.Setenv("HOME", dir)
	t.Setenv("XDG_CACHE_HOME", "")
}

// install returns the folder that the scripts are in.
func install(t *testing.T) string {
	t.Helper()
	folder, err := installScripts()
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestInstallScripts(t *testing.T) {
	useCache(t, t.TempDir())
	folder := install(t)
	files, err := readScripts()
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("the package has no scripts")
	}
	for _, file := range files {
		path := filepath.Join(folder, file.name)
		info, err := os.Lstat(path)
		if err != nil || info.Mode() != file.mode || read(t, path) != string(file.content) {
			t.Errorf("%s is not as it should be: %v, %v", path, info, err)
		}
	}
	if again := install(t); again != folder {
		t.Errorf("the second time: %s, the first time: %s", again, folder)
	}
}

func TestInstallScriptsRepairs(t *testing.T) {
	breaks := map[string]func(path string) error{
		"missing":     os.Remove,
		"truncated":   func(path string) error { return os.Truncate(path, 10) },
		"empty":       func(path string) error { return os.Truncate(path, 0) },
		"changed":     func(path string) error { return os.WriteFile(path, []byte("process.exit(1)"), 0o600) },
		"not closed":  func(path string) error { return os.WriteFile(path+".123.tmp", []byte("'use"), 0o600) },
		"not written": func(path string) error { return os.RemoveAll(filepath.Dir(path)) },
	}
	for name, damage := range breaks {
		t.Run(name, func(t *testing.T) {
			useCache(t, t.TempDir())
			path := filepath.Join(install(t), entryScript)
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := damage(path); err != nil {
				t.Fatal(err)
			}
			install(t)
			if got, err := os.ReadFile(path); err != nil || string(got) != string(want) {
				t.Errorf("the script was not repaired: %v", err)
			}
		})
	}
}

// Whose files and folders are trusted is tested in trust_unix_test.go. Here a file
// or folder that everyone can write to shows that each of them is looked at.
func TestInstallScriptsRefuses(t *testing.T) {
	tests := map[string]struct {
		prepare func(t *testing.T, home string)
		want    string
	}{
		"no home": {
			func(t *testing.T, home string) { t.Setenv("HOME", "") },
			"the user has no cache folder",
		},
		"a relative home": {
			func(t *testing.T, home string) { t.Setenv("HOME", "somewhere") },
			"not an absolute path",
		},
		"a home that cannot be written to": {
			// Not by permissions, which do not bind root.
			func(t *testing.T, home string) { t.Setenv("HOME", os.DevNull) },
			"cannot use the user's cache",
		},
		"a folder that everyone can write to": {
			func(t *testing.T, home string) { chmod(t, install(t), 0o777) },
			"can be written to by everyone",
		},
		"a sticky folder that everyone can write to": {
			func(t *testing.T, home string) { chmod(t, install(t), 0o777|os.ModeSticky) },
			"can be written to by everyone",
		},
		"a home that a group can write to": {
			func(t *testing.T, home string) { chmod(t, home, 0o770) },
			"can be written to by a group",
		},
		"a home that everyone can write to": {
			func(t *testing.T, home string) { chmod(t, home, 0o777) },
			"can be written to by everyone",
		},
		"a link in place of a script": {
			func(t *testing.T, home string) {
				script := filepath.Join(install(t), entryScript)
				other := filepath.Join(home, "other.js")
				if err := os.Rename(script, other); err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink(other, script); err != nil {
					t.Fatal(err)
				}
			},
			"is not a regular file",
		},
		"a link to a home that everyone can write to": {
			func(t *testing.T, home string) {
				open := filepath.Join(home, "open")
				if err := os.Mkdir(open, 0o700); err != nil {
					t.Fatal(err)
				}
				chmod(t, open, 0o777)
				link := filepath.Join(home, "link")
				if err := os.Symlink(open, link); err != nil {
					t.Fatal(err)
				}
				t.Setenv("HOME", link)
			},
			"can be written to by everyone",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			useCache(t, home)
			test.prepare(t, home)
			_, err := installScripts()
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestInstallScriptsAtOnce(t *testing.T) {
	useCache(t, t.TempDir())
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := installScripts(); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	left, err := filepath.Glob(filepath.Join(install(t), "*.tmp"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}
