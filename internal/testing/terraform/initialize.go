package terraform

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/neurocipher-io/kmstier/internal/testing/tools"
)

// initialized holds what terraform init left behind, by the providers it was
// asked for. Finding and hashing the AWS provider takes seconds; its outcome is
// the same for every workspace that asks for the same providers.
var initialized = struct {
	sync.Mutex
	outcomes map[string]outcome
}{outcomes: map[string]outcome{}}

// outcome is what terraform init writes, by path: small files, and links to
// the providers in the mirror or the plugin cache.
type outcome struct {
	files, links map[string]string
}

// initialize runs terraform init, or repeats its outcome in an earlier
// workspace of this process.
func initialize(ctx context.Context, w *Workspace) error {
	// Modules are fetched by init, so what it leaves behind is not shared.
	if len(w.config.Module) > 0 {
		return w.terraform.Init(ctx)
	}
	key := string(w.config.Terraform.RequiredProviders)

	initialized.Lock()
	defer initialized.Unlock()
	if earlier, ok := initialized.outcomes[key]; ok {
		return earlier.repeat(w.folder)
	}
	// The tests of another package may download the same provider right now, and
	// Terraform does not guard its plugin cache.
	unlock, err := tools.LockPluginCache()
	if err != nil {
		return err
	}
	err = w.terraform.Init(ctx)
	unlock()
	if err != nil {
		return err
	}
	found, err := outcomeIn(w.folder)
	if err != nil {
		return err
	}
	// Where the system has no links, Terraform copies the providers, hundreds
	// of megabytes each: then every workspace runs its own init.
	if len(found.links) > 0 {
		initialized.outcomes[key] = found
	}
	return nil
}

func outcomeIn(folder string) (outcome, error) {
	found := outcome{files: map[string]string{}, links: map[string]string{}}
	for _, top := range []string{".terraform", ".terraform.lock.hcl"} {
		err := filepath.WalkDir(filepath.Join(folder, top), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			name, err := filepath.Rel(folder, path)
			if err != nil {
				return err
			}
			if entry.Type()&fs.ModeSymlink != 0 {
				// A mirror made of links is gone when the workspace is.
				found.links[name], err = filepath.EvalSymlinks(path)
				return err
			}
			const small = 1 << 20
			if info, err := entry.Info(); err != nil || info.Size() > small {
				return err
			}
			content, err := os.ReadFile(path)
			found.files[name] = string(content)
			return err
		})
		if err != nil {
			return outcome{}, err
		}
	}
	return found, nil
}

func (o outcome) repeat(folder string) error {
	for name, content := range o.files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			return err
		}
	}
	for name, target := range o.links {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		// A workspace that changed its configuration has the link already.
		if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
			return err
		}
		if err := os.Symlink(target, path); err != nil {
			return err
		}
	}
	return nil
}
