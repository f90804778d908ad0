// Package smt asks solvers that others wrote whether a policy allows anybody of a
// class of principals an action: a second opinion on what package exact answers.
//
// [Translate] writes the question in SMT-LIB 2 from the policy document itself, by a
// reading of the IAM User Guide and the KMS Developer Guide of its own: it shares no
// code with packages evaluation and exact, so that a rule that is misread there is
// not misread here in the same way. What it takes from package aws are lists: which
// condition keys have several values, and which actions carry them.
//
// [Ask] gives the question to cvc5 and, where that is not done in time, to z3.
// [AskWith] has cvc5 say in between whether a request that was found is one that is
// asked for. Both have to be installed; they are Debian packages of those names.
package smt
