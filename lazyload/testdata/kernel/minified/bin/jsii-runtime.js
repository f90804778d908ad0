// Its presence is what tells a jsii runtime from another program.js.
