package cmkguard_test

import (
	"os"
	"testing"

	"github.com/aws/jsii-runtime-go"

	_ "github.com/neurocipher-io/kmstier/lazyload"
)

func TestMain(m *testing.M) {
	status := m.Run()
	// jsii waits for its process twice, and complains about the second time.
	os.Stderr = nil
	jsii.Close()
	os.Exit(status)
}
