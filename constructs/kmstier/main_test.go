package kmstier_test

import (
	"os"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/nodejs"
	"github.com/neurocipher-io/kmstier/internal/testing/snapshots"
	_ "github.com/neurocipher-io/kmstier/lazyload" // starts the tests faster
)

func TestMain(m *testing.M) {
	status := snapshots.Run(m)
	nodejs.Close()
	os.Exit(status)
}
