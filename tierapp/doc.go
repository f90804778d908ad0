// Package tierapp is a whole app: each environment of an environments.yaml becomes a
// stack with its KMS keys, their audit and a guard. A company's own app is a main.go of
// five lines:
//
//	package main
//
//	import "github.com/neurocipher-io/kmstier/tierapp"
//
//	func main() { tierapp.Main() }
//
// and an environments.yaml, which go run . init writes. The app is also what cdktf.json
// names as its app, so that the CDKTF command line deploys it.
//
// Apps that need another composition use package kmstier itself; this one is for those
// that would otherwise copy it. What it cannot say in environments.yaml, such as a role
// that the provider assumes, functions given to [Main] add to the stacks.
package tierapp
