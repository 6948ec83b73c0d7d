/// The routes of the service, version 1.
public enum API {
    /// - Parameter jobs: nil leaves the routes of jobs out.
    public static func router(
        _ service: MaskService, jobs: JobService? = nil, limits: RequestLimits = RequestLimits()
    ) -> Router {
        var router = Router()
        MaskRoutes(service: service, limits: limits).add(to: &router)
        GroundTruthRoutes(service: service, limits: limits).add(to: &router)
        MetricsRoutes(service: service).add(to: &router)
        ServiceRoutes(service: service).add(to: &router)
        PageRoutes().add(to: &router)
        OperatorRoutes(service: service, limits: limits).add(to: &router)
        if let jobs {
            let routes = JobRoutes(service: jobs)
            routes.add(to: &router)
            ImageRoutes(service: jobs, jobs: routes).add(to: &router)
        }
        return router
    }
}
