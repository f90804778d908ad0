// Package alternatives reads the expressions of Terraform without running it: which
// values an expression may come down to, as far as that can be told from what is
// written. A condition that only Terraform can work out gives both branches, a
// directive of a template both texts.
//
// The grammar is that of hclsyntax. What is constant is worked out by HCL itself,
// with the functions of Terraform that go-cty has; what is not is followed by
// structure.
package alternatives
