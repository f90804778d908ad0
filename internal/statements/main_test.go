package statements

import (
	"os"
	"testing"

	"github.com/neurocipher-io/kmstier/internal/testing/snapshots"
)

func TestMain(m *testing.M) { os.Exit(snapshots.Run(m)) }
