package environments

// Guard says what becomes of data without a customer managed key.
type Guard struct {
	// Enforcement is error or warn. Empty means the guard's default: error in
	// prod, warn elsewhere.
	Enforcement string `yaml:"enforcement"`

	// Exceptions are resources that may do without a customer managed key.
	Exceptions []GuardException `yaml:"exceptions"`
}

// GuardException lets one resource do without a customer managed key.
type GuardException struct {
	// Resource is the address of the resource, such as aws_sqs_queue.jobs, or its
	// construct path.
	Resource string `yaml:"resource"`

	// Attribute is the one attribute that is excepted, as the finding names it.
	// Empty means all of them.
	Attribute string `yaml:"attribute"`

	// Reason says why, for whoever reads the report.
	Reason string `yaml:"reason"`
}
