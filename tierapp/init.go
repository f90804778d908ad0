package tierapp

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// initialize writes an environments file for a company: one that the app accepts, with
// what else it could say in comments.
func initialize(args []string, c console) error {
	flags := newFlags("init")
	var file newFile
	flags.StringVar(&file.Prefix, "prefix", "", "starts the aliases of the keys: a `slug` such as acme (required)")
	flags.StringVar(&file.App, "app", "", "the `name` of the app, in the encryption context and the tags (required)")
	flags.StringVar(&file.Region, "region", "", "the `Region` of the keys, such as eu-central-1 (required)")
	var accounts repeated
	flags.Var(&accounts, "account", "an environment and its account, as `NAME=ID`, such as dev=111122223333; repeated for each environment (required)")
	path := flags.String("file", environmentsFile, "the `file` to write, which must not exist")
	if err := parseFlags(flags, args, c); err != nil {
		return err
	}
	if err := file.fill(accounts); err != nil {
		return usageError{err}
	}
	content, err := file.render()
	if err != nil {
		return err
	}
	if err := writeNew(*path, content); err != nil {
		return err
	}
	var names []string
	for _, environment := range file.Environments {
		names = append(names, environment.Name)
	}
	fmt.Fprintf(c.out, "%s is written: %s in %s. Name the roles that use the keys there, then synthesize:\n  go run .%s\n",
		*path, strings.Join(names, ", "), file.Region, fileFlag(*path))
	return nil
}

// fileFlag is the flag that names the file, where it is not the default.
func fileFlag(path string) string {
	if path == environmentsFile {
		return ""
	}
	return " --file " + path
}

// fill takes the environments from the flags, and reports all that is missing or wrong
// in the flags themselves. What the values must be is asked of the file.
func (f *newFile) fill(accounts []string) error {
	var problems []error
	for _, required := range []struct{ flag, value, example string }{
		{"prefix", f.Prefix, "acme"}, {"app", f.App, "billing"}, {"region", f.Region, "eu-central-1"},
	} {
		if required.value == "" {
			problems = append(problems, fmt.Errorf("--%s is missing: such as --%[1]s %s", required.flag, required.example))
		}
	}
	if len(accounts) == 0 {
		problems = append(problems, errors.New("--account is missing: one for each environment, such as --account dev=111122223333"))
	}
	seen := map[string]bool{}
	for _, account := range accounts {
		name, id, found := strings.Cut(account, "=")
		switch {
		case !found || name == "" || id == "":
			problems = append(problems, fmt.Errorf("--account is %q: must be NAME=ID, such as dev=111122223333", account))
		case seen[name]:
			problems = append(problems, fmt.Errorf("--account names %q twice: must be one account an environment", name))
		}
		seen[name] = true
		f.Environments = append(f.Environments, newEnvironment{name, id})
	}
	return errors.Join(problems...)
}

// writeNew writes a file that does not exist, and its folder.
func writeNew(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists: init writes over nothing; name another file by --file, or move this one away", path)
	}
	if err != nil {
		return err
	}
	if _, err := file.Write(content); err != nil {
		file.Close()
		return errors.Join(err, os.Remove(path))
	}
	return file.Close()
}
