// Package language tells apart texts by the patterns that they match.
//
// A condition of a policy looks at a text through a few patterns only: a value,
// a value whatever its case, a glob, the parts of an ARN. Two texts that match
// the same of them are the same to the policy. [Divide] finds all such classes
// of texts, each with an example; it is exact: a combination that is not among
// the classes has no text. [Find] looks for one text that matches some patterns
// and not others, which is far less work where the classes are too many.
//
// Both follow all patterns at once through an automaton whose states are made
// as they are reached.
package language
