// Package solve finds values for variables of few values each so that one literal
// of every clause holds, or proves that there are none: a search in depth that
// first draws all conclusions from clauses with one literal left.
package solve
