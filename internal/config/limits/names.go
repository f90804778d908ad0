package limits

import "regexp"

// Slug is a name that stands in those of resources, such as an environment's.
var Slug = Text{
	Must:      "a slug: lower-case letters, digits and single hyphens, beginning with a letter, at most 32 characters",
	Patterns:  patterns(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`),
	MaxLength: 32,
}

// App is the value of "app" in the encryption context and in the tags.
var App = Text{
	Must:      `letters, digits, spaces and _ . : / = + @ -, beginning with a letter or digit, at most 256 characters, since it is a tag as well`,
	Patterns:  patterns(`^[A-Za-z0-9][A-Za-z0-9 _.:/=+@-]*$`),
	MaxLength: 256,
}

// Service is the value of "service" in the encryption context.
var Service = Text{
	Must:      `a service's name, such as "svc-ingest-api": letters and digits with single hyphens, underscores or dots between them, at most 128 characters`,
	Patterns:  patterns(`^[A-Za-z0-9]+([-_.][A-Za-z0-9]+)*$`),
	MaxLength: 128,
}

// TagKey and TagValue are what AWS takes: Tagging AWS Resources User Guide, "Tag
// naming limits and requirements". Some services refuse the reserved prefix in
// capitals too: Amazon EMR Serverless User Guide, "Tagging limitations".
var (
	TagKey = Text{
		Must:      `1 to 128 letters, digits, spaces and _ . : / = + - @, and not begin with "aws:"`,
		Patterns:  patterns(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$`),
		Except:    regexp.MustCompile(`^[aA][wW][sS]:`),
		MaxLength: 128,
	}
	TagValue = Text{
		Must:      "letters, digits, spaces and _ . : / = + - @, at most 256 characters",
		Patterns:  patterns(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`),
		MaxLength: 256,
	}
)

// TierTagKey is what a tier's tags may be called beyond that: each of its keys has a
// Name of its own.
var TierTagKey = Text{
	Must:   "another key than Name, which the tier sets for each of its keys",
	Except: regexp.MustCompile("^Name$"),
}

// Email is an address that gets alerts.
var Email = Text{
	Must:     `an email address, such as "security@example.com"`,
	Patterns: patterns(`^[^@\t\n\f\r "\\]+@[^@\t\n\f\r "\\]+\.[^@\t\n\f\r "\\]+$`),
}

// Names of what a key may protect, with wildcards.
var (
	BucketNames   = names("lower-case letters, digits, dots and hyphens", `^[a-z0-9.*?-]+$`, 63)
	TableNames    = names("letters, digits and _ . -", `^[A-Za-z0-9_.*?-]+$`, 255)
	SecretNames   = names("letters, digits and / _ + = . @ -", `^[A-Za-z0-9/_+=.@*?-]+$`, 512)
	LogGroupNames = names("letters, digits and / _ . # -", `^[A-Za-z0-9/_.#*?-]+$`, 512)
)

// Names of what else AWS services keep under a key, with wildcards: what follows the
// account in a resource's ARN, without what the service itself puts before it.
var (
	QueueNames = names("letters, digits and _ - .", `^[A-Za-z0-9_.*?-]+$`, 80)
	TopicNames = names("letters, digits and _ - .", `^[A-Za-z0-9_.*?-]+$`, 256)
	RuleNames  = names("letters, digits and _ - . (after the bus's name and / where it is not on the default bus)", `^[A-Za-z0-9_./*?-]+$`, 321)
	AlarmNames = names("letters, digits and _ - . / : ( ) # = + @ (? for a space)", `^[A-Za-z0-9_./:()#=+@*?-]+$`, 255)

	// ResourceNames are all of these and of those above.
	ResourceNames = names("letters, digits and _ - . / : ( ) # = + @", `^[A-Za-z0-9_./:()#=+@*?-]+$`, 1011)

	EventBusNames     = names("letters, digits and _ - . /", `^[A-Za-z0-9_./*?-]+$`, 256)
	FunctionNames     = names("letters, digits and _ -", `^[A-Za-z0-9_*?-]+$`, 64)
	ParameterNames    = names("letters, digits and / _ . -", `^[A-Za-z0-9/_.*?-]+$`, 1011)
	StreamNames       = names("letters, digits and _ - .", `^[A-Za-z0-9_.*?-]+$`, 128)
	ClusterNames      = names("letters, digits and _ -", `^[A-Za-z0-9_*?-]+$`, 255)
	StateMachineNames = names("letters, digits and _ -", `^[A-Za-z0-9_*?-]+$`, 80)
	AgentIds          = names("capital letters and digits", `^[A-Z0-9*?]+$`, 10)
	DistributionIds   = names("capital letters and digits", `^[A-Z0-9*?]+$`, 14)
)

func names(characters, pattern string, longest int) Text {
	return Text{
		Must:      "a name of " + characters + ", in which * and ? are wildcards; no ARN",
		Patterns:  patterns(pattern),
		MaxLength: longest,
	}
}

// LogGroupName is the name of one log group.
var LogGroupName = Text{
	Must:      "the name of a log group: letters, digits and / _ . # -, at most 512 characters; no ARN",
	Patterns:  patterns(`^[A-Za-z0-9/_.#-]+$`),
	MaxLength: 512,
}
