package tierapp

import (
	"bytes"
	_ "embed"
	"errors"
	"regexp"
	"strings"
	"text/template"

	"go.yaml.in/yaml/v3"

	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/environments"
)

//go:embed environments.yaml.tmpl
var fileTemplate string

// newFile is what the file of a company is made of.
type newFile struct {
	Prefix, App, Region string
	Environments        []newEnvironment
}

// Partition is that of the Region, which the examples of ARNs are of.
func (f newFile) Partition() string { return config.PartitionOfRegion(f.Region) }

type newEnvironment struct{ Name, AccountId string }

// render is the file's content, which the app accepts.
func (f newFile) render() ([]byte, error) {
	content, err := f.execute()
	if err != nil {
		return nil, err
	}
	refused := accepted(content)
	if refused != nil {
		// A file that cannot be read keeps the constructs from judging the rest of it.
		readable := newFile{f.Prefix, f.App, "us-east-1", []newEnvironment{{"dev", "111122223333"}}}
		if content, err := readable.execute(); err == nil {
			refused = errors.Join(refused, accepted(content))
		}
		return nil, usageError{inFlagWords(refused)}
	}
	return content, nil
}

func (f newFile) execute() ([]byte, error) {
	var content bytes.Buffer
	functions := template.FuncMap{"yaml": yamlText}
	err := template.Must(template.New("").Funcs(functions).Parse(fileTemplate)).Execute(&content, f)
	return content.Bytes(), err
}

func accepted(content []byte) error {
	file, err := environments.Parse(environmentsFile, content)
	if err != nil {
		return err
	}
	return checkFile(file)
}

// flagOf are the flags that give what stands at a place of the file.
var flagOf = []struct {
	place *regexp.Regexp
	flag  string
}{
	{regexp.MustCompile(`^\S+:\d+: name_prefix\b`), "--prefix"},
	{regexp.MustCompile(`^\S+:\d+: app\b`), "--app"},
	{regexp.MustCompile(`^\S+:\d+: (allowed_regions\[0\]|environments\.[^.: ]+\.region\b)`), "--region"},
	{regexp.MustCompile(`^\S+:\d+: environments\.([^.: ]+)(\.account_id)?\b`), "--account $1"},
}

// inFlagWords says what is refused in a file, which is not written, in the words of the
// flags that it was to be made of.
func inFlagWords(err error) error {
	var problems []error
	seen := map[string]bool{}
	for line := range strings.Lines(err.Error()) {
		// Quotes are what a file needs.
		line = strings.ReplaceAll(strings.TrimSpace(line), " in quotes", "")
		for _, given := range flagOf {
			line = given.place.ReplaceAllString(line, given.flag)
		}
		if !seen[line] {
			problems = append(problems, errors.New(line))
		}
		seen[line] = true
	}
	return errors.Join(problems...)
}

// yamlText is a text as YAML, in quotes where it needs them.
func yamlText(text string) (string, error) {
	encoded, err := yaml.Marshal(text)
	return strings.TrimSpace(string(encoded)), err
}
