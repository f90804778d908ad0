package keypolicy

import (
	"os"
	"testing"

	"github.com/neurocipher-io/kmstier/test/snapshots"
)

func TestMain(m *testing.M) { os.Exit(snapshots.Run(m)) }
