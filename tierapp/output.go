package tierapp

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/neurocipher-io/kmstier/internal/environments"
)

// defaultOutdir is the folder for what is synthesized: that which the CDKTF command line
// asks for, or CDKTF's default.
func defaultOutdir() string { return cmp.Or(os.Getenv("CDKTF_OUTDIR"), "cdktf.out") }

// checkOutdir reports what stands where [publish] will make folders and files for
// the stacks of the environments, so that nobody waits for a synthesis that cannot
// be written.
func checkOutdir(outdir string, chosen []environments.Environment) error {
	folders := []string{outdir, filepath.Join(outdir, "stacks")}
	files := []string{filepath.Join(outdir, "manifest.json")}
	for _, environment := range chosen {
		folder := filepath.Join(outdir, "stacks", environment.Name)
		folders = append(folders, folder)
		for _, name := range written() {
			files = append(files, filepath.Join(folder, name))
		}
	}
	var problems []error
	for _, folder := range folders {
		if info, err := os.Stat(folder); err == nil && !info.IsDir() {
			problems = append(problems, fmt.Errorf("%s is a file: must be a folder, which the stacks are written to; move the file away, or name another folder by --out", folder))
		} else if errors.Is(err, syscall.ENOTDIR) && len(problems) == 0 {
			problems = append(problems, fmt.Errorf("%s cannot be made, since a folder above it is a file; move the file away, or name another folder by --out", folder))
		}
	}
	for _, file := range files {
		if info, err := os.Stat(file); err == nil && info.IsDir() {
			problems = append(problems, fmt.Errorf("%s is a folder: must be a file, which is written anew; move the folder away, or name another by --out", file))
		}
	}
	return errors.Join(problems...)
}

// examine puts the stacks below the folder to the guards of their environments,
// notes what they find, and returns an error with everything that they refuse.
func examine(stacks []Stack, folder string) error {
	var refused []error
	for i, stack := range stacks {
		name := stack.Environment
		content, err := readStack(filepath.Join(folder, "stacks", name), name)
		if err != nil {
			return err
		}
		found, err := guardConfig(stack.settings).ExamineSynthesized(map[string][]byte{name: content})
		if err != nil {
			return fmt.Errorf("environment %s: %w", name, err)
		}
		stacks[i].found = found
		errorsFound := found.Errors()
		for _, finding := range errorsFound {
			refused = append(refused, errors.New(finding.String()))
		}
		if len(errorsFound) > 0 {
			refused = append(refused, fmt.Errorf("environment %s: data must be under customer managed keys: correct what is named above, or name the resource and a reason under guard.exceptions of the environment", name))
		}
	}
	return errors.Join(refused...)
}

// publish copies what was synthesized into the output folder, and leaves alone
// what else is there: Terraform keeps its providers and locks beside the stacks.
func publish(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, relative)
		if entry.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.WriteFile(target, content, 0o644); err != nil {
			return err
		}
		return removeOther(target)
	})
}
