// Package hclexpr reads the expressions of Terraform's language that stand in
// the texts of its JSON: "${aws_kms_key.data.arn}", "alias/%{ if var.x }a%{ endif }",
// "${jsonencode({...})}". It parses with Terraform's own parser and works out
// what is sure without a plan; the rest stays as a [Token] that names it.
//
// See Terraform's documentation, "JSON Configuration Syntax", "Expression
// Mapping", and "Strings and Templates".
package hclexpr
