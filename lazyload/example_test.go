package lazyload_test

import (
	"fmt"
	"os"

	"github.com/neurocipher-io/kmstier/lazyload"
)

// The blank import is enough. An app that wants to know whether it helps asks.
func Example() {
	if err := lazyload.Status(); err != nil {
		fmt.Fprintln(os.Stderr, "this app starts slowly:", err)
	}
}
