package outside

import _ "github.com/neurocipher-io/kmstier/lazyload" // starts jsii several times faster
