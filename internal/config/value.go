package config

import "github.com/neurocipher-io/kmstier/internal/aws"

// Value is a text of a configuration that was found right: a literal, which is
// known when the app runs, or a token, which Terraform will know. The zero Value
// was left out.
type Value struct {
	text  string
	token bool
}

// ValueOf is the value of a text that may be anything.
func ValueOf(text string) Value { return Value{text: text, token: aws.IsToken(text)} }

// Text is the value as policies take it.
func (v Value) Text() string { return v.text }

// IsGiven tells that the value was not left out.
func (v Value) IsGiven() bool { return v.text != "" }

// IsKnown tells that the value is a literal.
func (v Value) IsKnown() bool { return v.text != "" && !v.token }

// Differs tells that both values are known and not the same.
func (v Value) Differs(other Value) bool {
	return v.IsKnown() && other.IsKnown() && v.text != other.text
}

// Or is the value, or the other where it was left out.
func (v Value) Or(other Value) Value {
	if v.IsGiven() {
		return v
	}
	return other
}
