// Package rootapp is what the root app is made of, beside its composition in
// main.go: the constructs' configurations out of environments.yaml, their
// problems in the words of that file, the backend and the report.
package rootapp
