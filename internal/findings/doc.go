// Package findings says what the issues of an examination mean to those who
// asked: which are errors, which are excepted and until when, which were known
// before. It is shared by package cmkguard and the command of that name, and
// needs no jsii.
package findings
