import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  retainSearchParams,
} from '@tanstack/react-router';
import { NotFound } from './frame/not-found.tsx';
import { PageError } from './frame/page-error.tsx';
import { readFrameSearch } from './frame/search.ts';
import { Shell } from './frame/shell.tsx';
import { readAlertsSearch } from './pages/alerts/search.ts';
import { readCostsSearch } from './pages/costs/search.ts';
import {
  readCompareSearch,
  readDatasetSearch,
  readDatasetsSearch,
} from './pages/datasets/search.ts';
import { readExperimentsSearch } from './pages/experiments/search.ts';
import { readInteractionsSearch } from './pages/interactions/search.ts';
import { readModelsSearch } from './pages/models/search.ts';
import { readMonitorsSearch, readNewMonitorSearch } from './pages/monitors/search.ts';
import { readOverviewSearch } from './pages/overview/search.ts';
import { readPatternsSearch } from './pages/patterns/search.ts';
import { readPromptSearch } from './pages/prompts/search.ts';
import { readRagSearch } from './pages/rag/search.ts';
import { readSafetySearch } from './pages/safety/search.ts';

const root = createRootRoute({
  validateSearch: readFrameSearch,
  search: { middlewares: [retainSearchParams(['project', 'range', 'from', 'to'])] },
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: PageError,
});

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: readOverviewSearch,
  component: lazyRouteComponent(() => import('./pages/overview/page.tsx'), 'OverviewPage'),
});
const interactions = createRoute({
  getParentRoute: () => root,
  path: '/interactions',
  validateSearch: readInteractionsSearch,
  component: lazyRouteComponent(() => import('./pages/interactions/page.tsx'), 'InteractionsPage'),
});
const interaction = createRoute({
  getParentRoute: () => root,
  path: '/interactions/$id',
  component: lazyRouteComponent(() => import('./pages/interaction/page.tsx'), 'InteractionPage'),
});
const evaluations = createRoute({
  getParentRoute: () => root,
  path: '/evaluations',
  component: lazyRouteComponent(() => import('./pages/evaluations/page.tsx'), 'EvaluationsPage'),
});
const evaluationTab = createRoute({
  getParentRoute: () => root,
  path: '/evaluations/$tab',
  component: lazyRouteComponent(() => import('./pages/evaluations/page.tsx'), 'EvaluationsPage'),
});
const review = createRoute({
  getParentRoute: () => root,
  path: '/review',
  component: lazyRouteComponent(() => import('./pages/review/page.tsx'), 'ReviewPage'),
});
const reviewSession = createRoute({
  getParentRoute: () => root,
  path: '/review/$queue',
  component: lazyRouteComponent(
    () => import('./pages/review/session/page.tsx'),
    'ReviewSessionPage',
  ),
});
const models = createRoute({
  getParentRoute: () => root,
  path: '/models',
  validateSearch: readModelsSearch,
  component: lazyRouteComponent(() => import('./pages/models/page.tsx'), 'ModelsPage'),
});
const costs = createRoute({
  getParentRoute: () => root,
  path: '/costs',
  validateSearch: readCostsSearch,
  component: lazyRouteComponent(() => import('./pages/costs/page.tsx'), 'CostsPage'),
});
const datasets = createRoute({
  getParentRoute: () => root,
  path: '/datasets',
  validateSearch: readDatasetsSearch,
  component: lazyRouteComponent(() => import('./pages/datasets/page.tsx'), 'DatasetsPage'),
});
const dataset = createRoute({
  getParentRoute: () => root,
  path: '/datasets/$id',
  validateSearch: readDatasetSearch,
  component: lazyRouteComponent(() => import('./pages/datasets/dataset/page.tsx'), 'DatasetPage'),
});
const run = createRoute({
  getParentRoute: () => root,
  path: '/runs/$id',
  component: lazyRouteComponent(() => import('./pages/datasets/run/page.tsx'), 'RunPage'),
});
const compare = createRoute({
  getParentRoute: () => root,
  path: '/runs/$id/compare',
  validateSearch: readCompareSearch,
  component: lazyRouteComponent(() => import('./pages/datasets/compare/page.tsx'), 'ComparePage'),
});
const experiments = createRoute({
  getParentRoute: () => root,
  path: '/experiments',
  validateSearch: readExperimentsSearch,
  component: lazyRouteComponent(() => import('./pages/experiments/page.tsx'), 'ExperimentsPage'),
});
const experiment = createRoute({
  getParentRoute: () => root,
  path: '/experiments/$id',
  component: lazyRouteComponent(
    () => import('./pages/experiments/detail/page.tsx'),
    'ExperimentPage',
  ),
});
const prompts = createRoute({
  getParentRoute: () => root,
  path: '/prompts',
  component: lazyRouteComponent(() => import('./pages/prompts/page.tsx'), 'PromptsPage'),
});
const prompt = createRoute({
  getParentRoute: () => root,
  path: '/prompts/$name',
  validateSearch: readPromptSearch,
  component: lazyRouteComponent(() => import('./pages/prompts/detail/page.tsx'), 'PromptPage'),
});
const patterns = createRoute({
  getParentRoute: () => root,
  path: '/patterns',
  validateSearch: readPatternsSearch,
  component: lazyRouteComponent(() => import('./pages/patterns/page.tsx'), 'PatternsPage'),
});
const rag = createRoute({
  getParentRoute: () => root,
  path: '/rag',
  validateSearch: readRagSearch,
  component: lazyRouteComponent(() => import('./pages/rag/page.tsx'), 'RagPage'),
});
const safety = createRoute({
  getParentRoute: () => root,
  path: '/safety',
  validateSearch: readSafetySearch,
  component: lazyRouteComponent(() => import('./pages/safety/page.tsx'), 'SafetyPage'),
});
const monitors = createRoute({
  getParentRoute: () => root,
  path: '/monitors',
  validateSearch: readMonitorsSearch,
  component: lazyRouteComponent(() => import('./pages/monitors/page.tsx'), 'MonitorsPage'),
});
const newMonitor = createRoute({
  getParentRoute: () => root,
  path: '/monitors/new',
  validateSearch: readNewMonitorSearch,
  component: lazyRouteComponent(() => import('./pages/monitors/editor/page.tsx'), 'NewMonitorPage'),
});
const monitor = createRoute({
  getParentRoute: () => root,
  path: '/monitors/$id',
  component: lazyRouteComponent(() => import('./pages/monitors/detail/page.tsx'), 'MonitorPage'),
});
const changeMonitor = createRoute({
  getParentRoute: () => root,
  path: '/monitors/$id/edit',
  component: lazyRouteComponent(
    () => import('./pages/monitors/editor/page.tsx'),
    'ChangeMonitorPage',
  ),
});
const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  validateSearch: readAlertsSearch,
  component: lazyRouteComponent(() => import('./pages/alerts/page.tsx'), 'AlertsPage'),
});
const alert = createRoute({
  getParentRoute: () => root,
  path: '/alerts/$id',
  component: lazyRouteComponent(() => import('./pages/alerts/detail/page.tsx'), 'AlertPage'),
});
const silences = createRoute({
  getParentRoute: () => root,
  path: '/silences',
  component: lazyRouteComponent(() => import('./pages/alerts/silences/page.tsx'), 'SilencesPage'),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/page.tsx'), 'SettingsPage'),
});
const settingsSection = createRoute({
  getParentRoute: () => root,
  path: '/settings/$section',
  component: lazyRouteComponent(() => import('./pages/settings/page.tsx'), 'SettingsPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    interactions,
    interaction,
    evaluations,
    evaluationTab,
    review,
    reviewSession,
    models,
    costs,
    datasets,
    dataset,
    run,
    compare,
    experiments,
    experiment,
    prompts,
    prompt,
    patterns,
    rag,
    safety,
    monitors,
    newMonitor,
    monitor,
    changeMonitor,
    alerts,
    alert,
    silences,
    settings,
    settingsSection,
  ]),
  defaultPreload: 'intent',
  scrollRestoration: false,
  defaultErrorComponent: PageError,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
