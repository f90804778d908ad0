package tierapp

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"

	"github.com/neurocipher-io/kmstier/constructs/kmstier"
	"github.com/neurocipher-io/kmstier/internal/environments"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// logsKeyArn stands for the ARN that Terraform will know.
const logsKeyArn = "${aws_kms_key.logs.arn}"

// checkFile reports everything that the constructs would refuse in the environments,
// by file, line and field, before anything is made. It needs no Node.js.
func checkFile(file *environments.File) error {
	var problems []error
	for _, environment := range file.Environments {
		for _, problem := range check(file, environment) {
			// The constructs have fields in common, and the environments have.
			if !slices.ContainsFunc(problems, func(other error) bool { return other.Error() == problem.Error() }) {
				problems = append(problems, problem)
			}
		}
	}
	return errors.Join(problems...)
}

func check(file *environments.File, environment environments.Environment) []error {
	tier := tierConfig(file, environment)
	// They come from the provider, and are on the tier's keys as any others.
	tier.Tags = file.DefaultTags(environment)
	refused := []error{tier.Validate(), guardConfig(environment).Validate()}
	if audit := auditConfig(file, environment, logsKeyArn); audit != nil {
		refused = append(refused, audit.Validate())
	}
	var problems []error
	for _, err := range refused {
		for _, problem := range problemsOf(err) {
			problems = append(problems, errors.New(inFile(file, environment, problem).String()))
		}
	}
	return problems
}

// inFileWords says what a construct refused in the words of environments.yaml.
func inFileWords(file *environments.File, environment environments.Environment, err error) error {
	problems := problemsOf(err)
	if len(problems) == 0 {
		return fmt.Errorf("environment %s: %w", environment.Name, err)
	}
	lines := make([]error, 0, len(problems))
	for _, problem := range problems {
		lines = append(lines, errors.New(inFile(file, environment, problem).String()))
	}
	return errors.Join(lines...)
}

func problemsOf(err error) keypolicy.Problems {
	var refused *kmstier.ConfigError
	if !errors.As(err, &refused) {
		return nil
	}
	return refused.Problems
}

func inFile(file *environments.File, environment environments.Environment, problem keypolicy.Problem) keypolicy.Problem {
	field := problem.Field
	for i, trusted := range trustedAccounts(environment) {
		if field == fmt.Sprintf("TrustedAccountIds[%d]", i) {
			field = trusted.field
		}
	}
	problem.Field = file.Position(environment.Name, section(field)+field).String()
	problem.Reason = environments.InFileWords(problem.Reason)
	return problem
}

var firstName = regexp.MustCompile(`^\w+`)

// section is the part of an environment that a construct's field is read from.
func section(field string) string {
	name := firstName.FindString(field)
	for section, settings := range map[string]reflect.Type{
		"Audit.": reflect.TypeFor[environments.Audit](),
		"Guard.": reflect.TypeFor[environments.Guard](),
	} {
		if _, found := settings.FieldByName(name); found {
			return section
		}
	}
	return ""
}
