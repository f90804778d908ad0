package cmkguard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/neurocipher-io/kmstier/internal/aws"
	"github.com/neurocipher-io/kmstier/internal/config"
	"github.com/neurocipher-io/kmstier/internal/config/limits"
	"github.com/neurocipher-io/kmstier/internal/findings"
	"github.com/neurocipher-io/kmstier/keypolicy"
)

// Enforcement says what findings of data without a customer managed key do.
type Enforcement string

const (
	// Error lets synthesis fail.
	Error Enforcement = "error"
	// Warn adds warnings to what is synthesized.
	Warn Enforcement = "warn"
)

// Config says how strict a guard is. The zero value warns.
type Config struct {
	// Environment names the environment of what is guarded, such as "prod".
	Environment string
	// Production says whether it is production, in which findings are errors by
	// default; elsewhere they are warnings. Default: by the environment's name: prod,
	// production, prd or live, alone or as a word at either end, but not after non,
	// pre, no or not.
	Production *bool
	// Enforcement is Error or Warn. Default: Error in production, else Warn.
	Enforcement Enforcement
	// Unread is what findings do of which only Terraform can tell, or which the guard
	// does not know: Warn, or Error where nothing may pass that was not understood.
	// Default: Warn.
	Unread Enforcement
	// DataKeys name the keys for data, on which no log bucket should be. Each is
	// the name of an alias, such as "alias/nc-dp-data-prod", the address of a
	// resource, such as "aws_kms_key.data", or the ARN or id of a key; "*" stands
	// for any text. Default: "alias/*-data-*", which matches the data key of
	// package kmstier.
	DataKeys []string
	// Exceptions are resources that may do without a customer managed key.
	Exceptions []Exception
}

// DefaultDataKeys are the data keys where [Config] names none.
const DefaultDataKeys = "alias/*-data-*"

// Exception lets one resource store data without a customer managed key.
//
//   - Resource is the address of the resource, such as
//     "aws_sqs_queue.dead_letters", in every stack that has one, or its construct
//     path, such as "prod/queues/dead-letters". Required.
//   - Attribute narrows the exception to one attribute of the resource, as findings
//     name it, such as "performance_insights_kms_key_id". Default: all of them.
//   - Rule narrows it to one rule, such as "other-region". Default: all of them.
//   - Reason says why, for whoever reads the result. Required.
//   - Until is the last day on which it counts, such as "2027-03-31"; after that
//     the finding is back. Default: it never ends.
//
// Type is for the files of the command cmkguard and must be empty here.
type Exception = findings.Exception

// ConfigError is everything that is wrong with what a guard was given. Nothing
// is guarded then. It is the same type as that of package kmstier, so that an app
// handles both alike.
type ConfigError = config.Error

// Validate returns a [ConfigError] with everything that is wrong with the
// configuration, or nil. It is pure Go. [NewGuard] validates by itself.
func (c *Config) Validate() error {
	return config.Refuse("the guard", check(c))
}

func check(c *Config) keypolicy.Problems {
	if c == nil {
		return keypolicy.Problems{{Field: "config", Reason: "is nil; must be a *Config, which may be empty"}}
	}
	var checker config.Checker
	report := checker.Report
	if c.Environment != "" {
		checker.Literal("Environment", c.Environment, limits.Slug, "since it says how strict the guard is")
	}
	switch c.Enforcement {
	case "", Error, Warn:
	default:
		report("Enforcement", string(c.Enforcement), `must be cmkguard.Error ("error"), cmkguard.Warn ("warn"), or empty for the environment's default`)
	}
	switch c.Unread {
	case "", Error, Warn:
	default:
		report("Unread", string(c.Unread), `must be cmkguard.Error ("error"), cmkguard.Warn ("warn"), or empty for a warning`)
	}
	for i, key := range c.DataKeys {
		field := fmt.Sprintf("DataKeys[%d]", i)
		switch {
		case key == "":
			report(field, "", "is empty; must be the name of an alias, the address of a key or its ARN")
		case aws.IsToken(key):
			report(field, key, `is a token, which matches nothing; must be text, such as "alias/nc-dp-data-prod" or "aws_kms_key.data"`)
		}
	}
	seen := map[[3]string]int{}
	for i, exception := range c.Exceptions {
		field := fmt.Sprintf("Exceptions[%d].", i)
		switch {
		case exception.Resource == "":
			report(field+"Resource", "", `is missing; must be an address, such as "aws_sqs_queue.dead_letters", or a construct path, such as "prod/queues/dead-letters"`)
		case aws.IsToken(exception.Resource) || !limits.Resource.Allows(exception.Resource):
			report(field+"Resource", exception.Resource, "must be "+limits.Resource.Must)
		}
		if strings.TrimSpace(exception.Reason) == "" {
			report(field+"Reason", "", "is missing; must say why the resource may do without a customer managed key")
		}
		if exception.Type != "" {
			report(field+"Type", exception.Type, "is for the files of the command cmkguard; must be empty, as an exception is for one resource here")
		}
		if exception.Until != "" && !limits.Date.Allows(exception.Until) {
			report(field+"Until", exception.Until, "must be "+limits.Date.Must)
		}
		if exception.Rule != "" && !slices.Contains(findings.Rules, Rule(exception.Rule)) {
			report(field+"Rule", exception.Rule, fmt.Sprintf("must be one of %v, or empty for all", findings.Rules))
		}
		name := [3]string{exception.Resource, exception.Attribute, exception.Rule}
		if first, twice := seen[name]; twice && exception.Resource != "" {
			report(field+"Resource", exception.Resource, fmt.Sprintf("is excepted already by Exceptions[%d]; must be listed once", first))
		} else {
			seen[name] = i
		}
	}
	return checker.Problems()
}
