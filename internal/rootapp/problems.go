package rootapp

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

// Check reports everything that the constructs would refuse in the environments,
// by file, line and field, before anything is made. It needs no Node.js.
func Check(file *environments.File) error {
	var problems []error
	for _, environment := range file.Environments {
		problems = append(problems, check(file, environment)...)
	}
	return errors.Join(problems...)
}

func check(file *environments.File, environment environments.Environment) []error {
	refused := []error{TierConfig(file, environment).Validate(), GuardConfig(environment).Validate()}
	if audit := AuditConfig(file, environment, logsKeyArn); audit != nil {
		refused = append(refused, audit.Validate())
	}
	var problems []error
	for _, err := range refused {
		for _, problem := range problemsOf(err) {
			line := errors.New(inFile(file, environment, problem).String())
			// The constructs have fields in common.
			if !slices.ContainsFunc(problems, func(other error) bool { return other.Error() == line.Error() }) {
				problems = append(problems, line)
			}
		}
	}
	return problems
}

// InFile says what a construct refused in the words of environments.yaml.
func InFile(file *environments.File, environment environments.Environment, err error) error {
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
	problem.Field = file.Position(environment.Name, section(problem.Field)+problem.Field).String()
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
