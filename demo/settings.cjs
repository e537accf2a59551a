// Node-RED for the demo: on loopback, nothing fetched from or told to the outside, no tour.

// If whoever started this Node-RED is killed, it ends too.
process.on('disconnect', () => process.exit());

module.exports = {
  flowFile: 'flows.json',
  flowFilePretty: true,
  uiHost: '127.0.0.1',
  fileWorkingDirectory: process.argv[process.argv.indexOf('--userDir') + 1],
  nodesDir: [require('node:path').resolve(__dirname, '..')],
  telemetry: { enabled: false, updateNotification: false },
  editorTheme: {
    tours: false,
    projects: { enabled: false },
    palette: { catalogues: [] },
  },
  externalModules: {
    autoInstall: false,
    palette: { allowInstall: false, allowUpdate: false, allowUpload: false },
  },
  logging: { console: { level: 'error', metrics: false, audit: false } },
};
