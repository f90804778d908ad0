package environments

// Guard says what becomes of data without a customer managed key.
type Guard struct {
	// Whether a finding is an error, which stops the synthesis, or a warning. Default
	// error in prod, warn elsewhere.
	Enforcement string `yaml:"enforcement" rule:"enforcement"`

	// Whether what the guard cannot read or does not know is an error, so that nothing
	// passes that was not understood, or a warning. Default warn.
	Unread string `yaml:"unread" rule:"enforcement"`

	// Resources that may do without a customer managed key, each with the reason.
	Exceptions []GuardException `yaml:"exceptions"`
}

// GuardException lets one resource do without a customer managed key.
type GuardException struct {
	// Address of the resource, like aws_sqs_queue.jobs, or its construct path.
	Resource string `yaml:"resource" rule:"resource,required"`

	// The one attribute that is excepted, as the finding names it. Default: all of
	// them.
	Attribute string `yaml:"attribute" rule:"text"`

	// Why, for whoever reads the report.
	Reason string `yaml:"reason" rule:"reason,required"`

	// The last day on which it counts, like "2027-03-31"; after that the finding is
	// back. Default: it never ends.
	Until string `yaml:"until" rule:"date"`
}
