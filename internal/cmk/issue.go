package cmk

// Rule says what is wrong.
type Rule string

const (
	NoKey         Rule = "no-key"
	AwsManagedKey Rule = "aws-managed-key"
	OtherRegion   Rule = "other-region"
	LogsOnDataKey Rule = "logs-on-data-key"
	NoBucketKey   Rule = "no-bucket-key"
	Unread        Rule = "unread"
	UselessKey    Rule = "unusable-key"
	NotEnforced   Rule = "not-enforced"
	NotServed     Rule = "key-does-not-serve"
)

// Issue is one thing that is wrong with one resource.
type Issue struct {
	Rule Rule
	// Advice is true for what could be better though the data is on a customer
	// managed key.
	Advice bool
	// Stack, Address and Path name the resource, Type is its type.
	Stack, Address, Path, Type string
	// Attribute is what to look at.
	Attribute string
	// Problem says what is stored and how, Fix what to set, Control which control
	// of AWS Security Hub asks for it.
	Problem, Fix, Control string

	// aside is true for what the control does not ask for.
	aside bool
}

// Examination is what was found in some stacks.
type Examination struct {
	// Issues are in the order of stacks, addresses and attributes.
	Issues []Issue
	// Uses are what is stored under keys that the files make, in the order in which it
	// was examined.
	Uses []Use
	// Resources were examined, Storing of them by a rule.
	Resources, Storing int
}
