package kmsaudit_test

import (
	"os"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/nodejs"
	_ "github.com/neurocipher-io/kmstier/lazyload" // starts the tests faster
	"github.com/neurocipher-io/kmstier/test/snapshots"
)

func TestMain(m *testing.M) {
	status := snapshots.Run(m)
	nodejs.Close()
	os.Exit(status)
}
